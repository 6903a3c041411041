/**
 * What is in a source, for the command {@code inspect} and for pipelines: every checksum compared,
 * statistics where wanted, as a value, as JSON, as text. Imports the source model and tensors.
 */
@NullMarked
package io.github.tf2torch.inspect;

import org.jspecify.annotations.NullMarked;
