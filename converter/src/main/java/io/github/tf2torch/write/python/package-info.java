/** {@code model.py}. Imports {@code model.target}, {@code tensor}, {@code io}. */
@NullMarked
package io.github.tf2torch.write.python;

import org.jspecify.annotations.NullMarked;
