package io.github.tf2torch.inspect;

import io.github.tf2torch.model.source.Variable;
import java.util.Optional;

/**
 * What was found of one variable.
 *
 * @param trouble what is wrong with its bytes; empty where they were read, or did not have to be
 * @param statistics where they were asked for and the elements are numbers
 */
public record Finding(
    Variable variable,
    Checksum checksum,
    Optional<String> trouble,
    Optional<Statistics> statistics) {}
