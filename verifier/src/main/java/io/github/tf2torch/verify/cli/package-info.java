/**
 * {@code verify} and {@code port}. Imports {@code cli}, {@code convert}, {@code verify.check},
 * {@code verify.engine}, {@code verify.report}.
 */
@NullMarked
package io.github.tf2torch.verify.cli;

import org.jspecify.annotations.NullMarked;
