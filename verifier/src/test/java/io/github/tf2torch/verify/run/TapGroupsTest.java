package io.github.tf2torch.verify.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel.Tap;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TapGroupsTest {
  private final List<Tap> taps = new ArrayList<>();
  private final Map<Endpoint, Shape> shapes = new HashMap<>();

  @Test
  void tapsOfOneGroupFitTheBudgetTogether() {
    tap("a", 40);
    tap("b", 60);
    tap("c", 1);
    tap("d", 500);
    tap("e", 99);
    assertThat(names(800))
        .containsExactly(List.of("a", "b"), List.of("c"), List.of("d"), List.of("e"));
    assertThat(names(8_000)).containsExactly(List.of("a", "b", "c", "d", "e"));
  }

  @Test
  void withoutTapsThereIsOneGroupForTheOutputs() {
    assertThat(names(800)).containsExactly(List.of());
  }

  @Test
  void tapOfUnknownShapeIsTakenForLarge() {
    tap("a", 10);
    taps.add(new Tap(new Endpoint("b", 0), "b", DType.FLOAT32, Layout.tensorflow(1), "b"));
    assertThat(names(1 << 20)).containsExactly(List.of("a"), List.of("b"));
  }

  private void tap(String name, long count) {
    Endpoint source = new Endpoint(name, 0);
    taps.add(new Tap(source, name, DType.FLOAT32, Layout.tensorflow(1), name));
    shapes.put(source, Shape.of(count));
  }

  private List<List<String>> names(long budgetBytes) {
    return TapGroups.of(taps, shapes, budgetBytes).stream()
        .map(group -> group.stream().map(Tap::layer).toList())
        .toList();
  }
}
