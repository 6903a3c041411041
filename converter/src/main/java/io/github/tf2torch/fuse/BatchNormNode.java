package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A batch normalization by stored statistics: what its node is made of.
 *
 * @param axis of the channels, counted from the end: -1 is the last
 * @param rank what {@code x} must have at least; with less, broadcasting would add axes to it
 */
record BatchNormNode(
    Endpoint x,
    Endpoint mean,
    Endpoint variance,
    Optional<Endpoint> gamma,
    Optional<Endpoint> beta,
    float epsilon,
    int axis,
    int rank) {

  Node named(String name, Optional<Attr> momentum) {
    List<Endpoint> inputs = new ArrayList<>(List.of(x, mean, variance));
    gamma.ifPresent(inputs::add);
    beta.ifPresent(inputs::add);
    Map<String, Attr> attrs = new TreeMap<>();
    attrs.put("scale", new Attr.Bool(gamma.isPresent()));
    attrs.put("center", new Attr.Bool(beta.isPresent()));
    attrs.put("epsilon", new Attr.Float(epsilon));
    attrs.put("axis", new Attr.Int(axis));
    attrs.put("rank", new Attr.Int(rank));
    momentum.ifPresent(m -> attrs.put("momentum", m));
    return new Node(name, Node.FUSED + "BatchNorm", inputs, List.of(), attrs);
  }
}
