/**
 * What is verified: a source, its port or a model of one's own, and the inputs that both get.
 * Imports {@code verify.engine}, {@code verify.inputs}, {@code verify.judge}, {@code
 * verify.reference} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.subject;

import org.jspecify.annotations.NullMarked;
