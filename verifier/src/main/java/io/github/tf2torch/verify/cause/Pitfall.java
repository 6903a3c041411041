package io.github.tf2torch.verify.cause;

import java.util.stream.Stream;

/** A fault that ports are known for. */
public interface Pitfall {
  /** The programs that would be right if this were the fault of the stretch, likeliest first. */
  Stream<Candidate> of(Stretch stretch);
}
