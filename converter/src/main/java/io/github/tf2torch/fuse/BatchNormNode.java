package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A batch normalization by stored statistics: what its node is made of. */
record BatchNormNode(
    Endpoint x,
    Endpoint mean,
    Endpoint variance,
    Optional<Endpoint> gamma,
    Optional<Endpoint> beta,
    float epsilon,
    String dataFormat) {

  Node named(String name, Optional<Attr> momentum) {
    List<Endpoint> inputs = new ArrayList<>(List.of(x, mean, variance));
    gamma.ifPresent(inputs::add);
    beta.ifPresent(inputs::add);
    Map<String, Attr> attrs = new TreeMap<>();
    attrs.put("scale", new Attr.Bool(gamma.isPresent()));
    attrs.put("center", new Attr.Bool(beta.isPresent()));
    attrs.put("epsilon", new Attr.Float(epsilon));
    attrs.put("data_format", new Attr.Text(dataFormat));
    momentum.ifPresent(m -> attrs.put("momentum", m));
    return new Node(name, "BatchNorm", inputs, List.of(), attrs);
  }
}
