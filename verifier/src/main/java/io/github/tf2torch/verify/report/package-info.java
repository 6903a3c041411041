/** What was found, as values, and the pages that say it. Imports nothing of the verifier. */
@NullMarked
package io.github.tf2torch.verify.report;

import org.jspecify.annotations.NullMarked;
