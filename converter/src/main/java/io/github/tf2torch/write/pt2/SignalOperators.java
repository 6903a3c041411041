package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Fourier transforms, whose results are complex, and what makes them real again. */
final class SignalOperators {
  private SignalOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(
                SignalOperators::stft,
                """
                stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor
                """),
            Operator.rows(
                call -> real(call.self().form()),
                """
                abs(Tensor self) -> Tensor
                """))
        .flatMap(List::stream);
  }

  /** (..., frequencies, frames) of real signals, half of a frame added at both ends. */
  private static Form stft(Call call) {
    long length = call.whole("n_fft", 0);
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    int last = sizes.size() - 1;
    Extent padded = sizes.get(last).plus(length / 2 * 2);
    sizes.set(last, Extent.of(length / 2 + 1));
    sizes.add(padded.plus(-length).over(call.whole("hop_length", length / 4)).plus(1));
    boolean isDouble = call.self().dtype() == DType.FLOAT64;
    return call.as(sizes).withDtype(isDouble ? DType.COMPLEX128 : DType.COMPLEX64);
  }

  private static Form real(Form form) {
    return switch (form.dtype()) {
      case COMPLEX64 -> form.withDtype(DType.FLOAT32);
      case COMPLEX128 -> form.withDtype(DType.FLOAT64);
      default -> form;
    };
  }
}
