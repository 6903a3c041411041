/**
 * PyTorch's files, read back without running anything: {@code .pt} archives through an interpreter
 * of the few pickle opcodes that tensors need, and safetensors. Imports the source model, tensors
 * and files.
 */
@NullMarked
package io.github.tf2torch.read.torch;

import org.jspecify.annotations.NullMarked;
