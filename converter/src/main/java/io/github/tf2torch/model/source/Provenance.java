package io.github.tf2torch.model.source;

/**
 * Where a model comes from.
 *
 * @param path as the user gave it
 * @param format {@code SavedModel}, {@code V2 checkpoint}, ...
 * @param writer who wrote it, such as {@code TensorFlow 2.21.0}; empty where the file doesn't say
 */
public record Provenance(String path, String format, String writer) {}
