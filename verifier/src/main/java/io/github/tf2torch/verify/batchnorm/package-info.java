/**
 * Batch statistics, the squares that they hide, and running averages. Imports {@code verify.cause},
 * {@code verify.dropout}, {@code verify.engine}, {@code verify.judge}, {@code verify.opening},
 * {@code verify.report}, {@code verify.run}, {@code verify.subject} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.batchnorm;

import org.jspecify.annotations.NullMarked;
