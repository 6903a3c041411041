package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.ReadOptions;
import java.util.regex.Pattern;

/**
 * What a user may choose about writing variables as they are stored.
 *
 * @param select only variables in whose name this is found; all where it is empty
 */
public record RawOptions(ReadOptions read, Pattern select, boolean overwrite) {
  public static RawOptions defaults() {
    return new RawOptions(ReadOptions.defaults(), Pattern.compile(""), false);
  }
}
