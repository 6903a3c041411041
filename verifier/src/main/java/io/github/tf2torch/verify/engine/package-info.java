/**
 * TensorFlow and PyTorch, each behind one small class that takes {@link
 * io.github.tf2torch.tensor.TensorValue} and answers with views of its own memory. The only place
 * that imports {@code org.tensorflow}, {@code ai.djl} and {@code com.sun.jna}; of the project it
 * imports {@code tensor}, {@code model.source} and {@code problem}.
 */
@NullMarked
package io.github.tf2torch.verify.engine;

import org.jspecify.annotations.NullMarked;
