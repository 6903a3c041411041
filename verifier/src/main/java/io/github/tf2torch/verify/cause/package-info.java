/**
 * Why a layer parts: what ports get wrong most often, each fault as the programs that would be
 * right if it were the one. Programs are rewritten here and run elsewhere; this package imports
 * {@code model.target}, {@code tensor} and nothing else of the project.
 */
@NullMarked
package io.github.tf2torch.verify.cause;

import org.jspecify.annotations.NullMarked;
