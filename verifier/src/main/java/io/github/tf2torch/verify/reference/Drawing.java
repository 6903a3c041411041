package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a layer draws in training: by {@code tf.random.stateless_*} from the seed and the count of
 * its {@code SeedGenerator}, as {@code keras/src/backend/tensorflow/random.py} does; or fed.
 */
final class Drawing {
  private static final String STATE = "seed_generator_state";

  private final LayerCall call;

  Drawing(LayerCall call) {
    this.call = call;
  }

  /** What {@code tf.nn.experimental.stateless_dropout} multiplies by. */
  SymbolicTensor factor(Shape shape, double rate) {
    return alone(Draw.Kind.FACTOR, shape, rate);
  }

  /** The same for each gate. */
  List<SymbolicTensor> factors(Shape shape, double rate, int gates) {
    List<Made> all = new ArrayList<>();
    for (int i = 0; i < gates; i++) {
      all.add(made(Draw.Kind.FACTOR, shape, rate));
    }
    call.building()
        .drawn(
            gates == 1 ? Drawn.Form.ALONE : Drawn.Form.GATES,
            all.stream().map(Made::draw).toList());
    return all.stream().map(Made::value).toList();
  }

  /** 1 where a uniform number is not below the rate, else 0. */
  SymbolicTensor kept(Shape shape, double rate) {
    return alone(Draw.Kind.KEPT, shape, rate);
  }

  SymbolicTensor normal(Shape shape) {
    return alone(Draw.Kind.NORMAL, shape, 0);
  }

  private SymbolicTensor alone(Draw.Kind kind, Shape shape, double rate) {
    Made made = made(kind, shape, rate);
    call.building().drawn(Drawn.Form.ALONE, List.of(made.draw()));
    return made.value();
  }

  private record Made(Draw draw, SymbolicTensor value) {}

  private Made made(Draw.Kind kind, Shape shape, double rate) {
    Draw.Seed seed = seed();
    if (call.building().isGiven()) {
      SymbolicTensor value = call.building().given(shape);
      return new Made(
          new Draw(call.path(), kind, shape, rate, seed, value.endpoint(), Optional.empty()),
          value);
    }
    Ops ops = call.ops();
    TensorValue own =
        TensorValue.ofLongs(DType.INT32, Shape.of(2), seed.value().orElse(0L), seed.draw());
    SymbolicTensor seeds = ops.constant(own);
    SymbolicTensor numbers = numbers(kind, shape, seeds);
    SymbolicTensor value = value(kind, numbers, rate);
    return new Made(
        new Draw(
            call.path(),
            kind,
            shape,
            rate,
            seed,
            value.endpoint(),
            Optional.of(new Draw.Own(numbers.endpoint(), seeds.endpoint()))),
        value);
  }

  private Draw.Seed seed() {
    Optional<String> state =
        call.layer().weights().stream().filter(w -> w.endsWith(STATE)).findFirst();
    Optional<Long> stored = call.settings().get("seed").flatMap(Drawing::whole);
    return new Draw.Seed(stored, call.building().draw(call.path()), state);
  }

  /** Keras may write the generator itself. */
  private static Optional<Long> whole(Config seed) {
    return seed instanceof Config.Whole w
        ? Optional.of(w.value())
        : seed.get("config").flatMap(c -> c.get("seed")).flatMap(Drawing::whole);
  }

  private SymbolicTensor numbers(Draw.Kind kind, Shape shape, SymbolicTensor seeds) {
    Ops ops = call.ops();
    SymbolicTensor algorithm = ops.one("StatelessRandomGetAlg");
    List<SymbolicTensor> key = ops.all("StatelessRandomGetKeyCounter", Map.of(), List.of(seeds));
    return ops.one(
        kind == Draw.Kind.NORMAL ? "StatelessRandomNormalV2" : "StatelessRandomUniformV2",
        Map.of("dtype", new Attr.Type(DType.FLOAT32)),
        ops.ints(shape.dims()),
        key.get(0),
        key.get(1),
        algorithm);
  }

  private SymbolicTensor value(Draw.Kind kind, SymbolicTensor numbers, double rate) {
    if (kind == Draw.Kind.NORMAL) {
      return numbers;
    }
    Ops ops = call.ops();
    SymbolicTensor isKept = ops.one("GreaterEqual", numbers, ops.number(rate, numbers));
    SymbolicTensor kept = ops.cast(isKept, DType.FLOAT32);
    // x * scale * kept in TensorFlow, which is the same to the last bit
    return kind == Draw.Kind.KEPT ? kept : ops.mul(kept, 1 / (1 - rate));
  }
}
