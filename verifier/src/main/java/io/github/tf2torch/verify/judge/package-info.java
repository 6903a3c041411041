/**
 * Whether two answers are one: distances in units of rounding, places, discrete decisions, and what
 * one differing row is worth. Imports {@code verify.cause}, {@code verify.engine}, {@code
 * verify.report} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.judge;

import org.jspecify.annotations.NullMarked;
