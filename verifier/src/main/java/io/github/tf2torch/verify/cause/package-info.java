/**
 * Why a layer or a training parts: what ports get wrong most often, each fault as the programs, or
 * the steps of an optimizer, that would be right if it were the one. They are rewritten here and
 * run elsewhere; this package imports {@code model}, {@code tensor} and nothing else of the
 * project.
 */
@NullMarked
package io.github.tf2torch.verify.cause;

import org.jspecify.annotations.NullMarked;
