/**
 * Opens a subject from files: converted folders, Keras files, archives and modules of one's own,
 * recorded traces; scrambled where that is asked for. Imports {@code verify.engine}, {@code
 * verify.inputs}, {@code verify.judge}, {@code verify.reference}, {@code verify.run}, {@code
 * verify.subject}, {@code verify.trace} and the converter.
 */
@NullMarked
package io.github.tf2torch.verify.opening;

import org.jspecify.annotations.NullMarked;
