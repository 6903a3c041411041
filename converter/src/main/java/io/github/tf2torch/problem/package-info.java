/**
 * The four kinds of problem that a user meets. Any package may throw one; imports nothing of the
 * project.
 */
@NullMarked
package io.github.tf2torch.problem;

import org.jspecify.annotations.NullMarked;
