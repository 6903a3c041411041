/**
 * Records of what TensorFlow did elsewhere: the Python that makes one, and the file that it makes.
 * Imports nothing of the verifier.
 */
@NullMarked
package io.github.tf2torch.verify.trace;

import org.jspecify.annotations.NullMarked;
