package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.verify.reference.Drawn;
import io.github.tf2torch.verify.reference.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which draw of a Keras file's layers is which of the conversion's program: those of one layer in
 * the order in which both draw.
 *
 * @param own what the layers compute, and draw
 * @param tapped the boundaries of layers that the program has too
 */
record DrawPairing(Reference own, List<Endpoint> tapped) {
  /** TensorFlow's draw for each of PyTorch's; empty where it has none there. */
  List<Optional<Drawn>> partners(List<HeldDraw> held) {
    Map<Endpoint, List<Drawn>> byOwner = new LinkedHashMap<>();
    for (Drawn drawn : own.drawn()) {
      owner(drawn).ifPresent(o -> byOwner.computeIfAbsent(o, k -> new ArrayList<>()).add(drawn));
    }
    Map<Endpoint, Integer> next = new HashMap<>();
    List<Optional<Drawn>> partners = new ArrayList<>();
    for (HeldDraw draw : held) {
      List<Drawn> there = draw.owner().map(byOwner::get).orElse(null);
      int at = draw.owner().map(o -> next.merge(o, 1, Integer::sum) - 1).orElse(0);
      partners.add(
          there == null || at >= there.size() ? Optional.empty() : Optional.of(there.get(at)));
    }
    return withNamesakes(held, partners);
  }

  /** Of a layer that answers its states alone, no boundary is known: there the name decides. */
  private List<Optional<Drawn>> withNamesakes(List<HeldDraw> held, List<Optional<Drawn>> partners) {
    List<Drawn> open = new ArrayList<>(own.drawn());
    partners.forEach(p -> p.ifPresent(open::remove));
    List<Optional<Drawn>> all = new ArrayList<>(partners);
    for (int i = 0; i < all.size(); i++) {
      String path = held.get(i).path();
      if (all.get(i).isEmpty()) {
        Optional<Drawn> namesake = open.stream().filter(d -> isWithin(path, d)).findFirst();
        namesake.ifPresent(open::remove);
        all.set(i, namesake);
      }
    }
    return all;
  }

  private static boolean isWithin(String path, Drawn drawn) {
    String layer = drawn.parts().get(0).path().replace('/', '.');
    return path.equals(layer) || path.startsWith(layer + ".");
  }

  private Optional<Endpoint> owner(Drawn drawn) {
    for (int i = drawn.within().size() - 1; i >= 0; i--) {
      Endpoint place = own.layers().get(drawn.within().get(i));
      if (place != null && tapped.contains(place)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }
}
