package io.github.tf2torch.write.pt2;

import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Normalizations and recurrences. */
final class LayerOperators {
  private static final String NORMALIZATIONS =
      """
      batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor
      layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor
      rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor
      group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor
      """;

  private static final String RECURRENCES =
      """
      lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)
      gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
      rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
      rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
      """;

  private LayerOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(call -> call.self().form(), NORMALIZATIONS),
            Operator.several(LayerOperators::recurrent, RECURRENCES))
        .flatMap(List::stream);
  }

  /** All steps, then the states as they were given. */
  private static List<Form> recurrent(Call call) {
    List<Datum.Tensor> states = call.tensors("hx");
    List<Datum.Tensor> given = states.isEmpty() ? List.of(call.tensor("hx")) : states;
    List<Extent> state = given.get(0).sizes();
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    long directions = call.flag("bidirectional", false) ? 2 : 1;
    sizes.set(sizes.size() - 1, state.get(state.size() - 1).times(Extent.of(directions)));
    List<Form> forms = new ArrayList<>(List.of(call.as(sizes)));
    given.forEach(s -> forms.add(s.form()));
    return forms;
  }
}
