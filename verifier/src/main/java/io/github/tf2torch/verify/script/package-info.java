/**
 * The code of a TorchScript archive read as a torch program, so that a model of one's own can be
 * taken apart like a conversion's: its functions are followed with the numbers that they are called
 * with, and what is left are ATen's operators. Imports {@code read.torch}, {@code model}, {@code
 * tensor} and nothing else of the project.
 */
@NullMarked
package io.github.tf2torch.verify.script;

import org.jspecify.annotations.NullMarked;
