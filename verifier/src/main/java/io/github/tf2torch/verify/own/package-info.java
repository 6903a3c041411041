/**
 * A model of one's own: which of its modules is which layer, and its steps in its own Python.
 * Imports {@code verify.batchnorm}, {@code verify.cause}, {@code verify.dropout}, {@code
 * verify.engine}, {@code verify.judge}, {@code verify.opening}, {@code verify.report}, {@code
 * verify.run}, {@code verify.script}, {@code verify.subject}, {@code verify.training} and the
 * converter.
 */
@NullMarked
package io.github.tf2torch.verify.own;

import org.jspecify.annotations.NullMarked;
