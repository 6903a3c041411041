/**
 * Holds a port against a trace that was recorded elsewhere. Imports {@code verify.engine}, {@code
 * verify.gradients}, {@code verify.judge}, {@code verify.opening}, {@code verify.report}, {@code
 * verify.run}, {@code verify.subject}, {@code verify.trace}, {@code verify.training} and the
 * converter.
 */
@NullMarked
package io.github.tf2torch.verify.recorded;

import org.jspecify.annotations.NullMarked;
