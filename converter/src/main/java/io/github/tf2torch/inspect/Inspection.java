package io.github.tf2torch.inspect;

import io.github.tf2torch.model.source.TfModel;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What a source holds, its bytes compared with every checksum that it has.
 *
 * @param findings one a variable, in the source's order
 */
public record Inspection(TfModel model, List<Finding> findings) {
  public Inspection {
    findings = List.copyOf(findings);
  }

  /**
   * Looks at everything, reading each variable once; twice where statistics are wanted.
   *
   * @param hearsBytes is told how much has been read, by several threads
   */
  public static Inspection of(TfModel model, boolean wantsStatistics, LongConsumer hearsBytes)
      throws IOException {
    Scan scan = new Scan(model.tensors(), wantsStatistics, hearsBytes);
    return new Inspection(model, scan.of(model.variables()));
  }

  /** The variables whose bytes can't be trusted. */
  public List<Finding> damaged() {
    return findings.stream().filter(f -> f.checksum() == Checksum.DAMAGED).toList();
  }
}
