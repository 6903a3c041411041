package io.github.tf2torch.write.python;

/** {@code load_optimizer}: what a model.py has beside a model whose training goes on. */
final class LoadOptimizer {
  static final String TEXT =
      """


      OPTIMIZER = pathlib.Path(__file__).with_name("optimizer.pt")


      def _fits(key, found, expected, group):
          last = len(expected) - 1
          means = {"row_var": last, "col_var": last - 1}  # of torch.optim.Adafactor
          means.update(row=group.get("row_axis"), column=group.get("column_axis"))
          taken = means.get(key)
          return list(found) == [1 if n == taken else d for n, d in enumerate(expected)]


      def _refuse_swapped(saved, model, path):
          named = dict(model.named_parameters())
          if saved.get("in_order", True):
              stands = {name: number for number, name in enumerate(named)}
              for group in saved["param_groups"]:
                  last = {}
                  for name in (n for n in group["param_names"] if n in named):
                      before = last.get(named[name].shape, name)
                      if stands[name] < stands[before]:
                          raise ValueError(
                              f"{name} is in front of {before} in the model, and behind it in {path};"
                              f" both are {tuple(named[name].shape)}, so that layers that were swapped"
                              " would not be noticed: put them in order, or say trust_names=True"
                          )
                      last[named[name].shape] = name
          weights = pathlib.Path(path).with_name("model.pt")
          if weights.exists():
              held = torch.load(weights, weights_only=True, mmap=True)
              held = {name: held[name] for name in named if name in held}
              starts = {(t.shape, _start(t)): name for name, t in held.items()}
              for name, tensor in held.items():
                  start = _start(named[name].to(tensor.dtype))
                  other = starts.get((named[name].shape, start), name)
                  if start != _start(tensor) and len(set(start)) > 1 and other != name:
                      raise ValueError(
                          f"{name} has the weights that were converted as {other}, and would get"
                          f" another state than {other}'s: give layers the names that they have in"
                          f" {weights}, or say trust_names=True"
                      )


      def _start(tensor):
          return tuple(tensor.detach().flatten()[:64].tolist())


      def load_optimizer(optimizer, model, path=OPTIMIZER, strict=True, trust_names=False):
          \"""Gives the optimizer the state in path, each tensor to the parameter of its name.

          optimizer.load_state_dict alone goes by position and compares neither names nor shapes.
          With strict=False, state of parameters that the optimizer does not step is left out.
          A model in which layers of one shape seem to be swapped, by their order or by their
          weights beside those of model.pt, is refused unless trust_names=True.
          State keeps its type beside a parameter of float16 or bfloat16: sums are too fine for it.
          \"""
          saved = torch.load(path, weights_only=True)
          if type(optimizer).__name__ != saved["class"]:
              raise ValueError(
                  f"{path} is for {saved['class']}, not {type(optimizer).__name__}"
              )
          held = {}
          for group in saved["param_groups"]:
              for name, index in zip(group["param_names"], group["params"]):
                  held[name] = (group, saved["state"].get(index, {}))
          if not trust_names:
              _refuse_swapped(saved, model, path)
          names = {parameter: name for name, parameter in model.named_parameters()}
          state, groups, loaded = {}, [], set()
          for number, group in enumerate(optimizer.param_groups):
              members = [
                  names.get(p, "a parameter of another model") for p in group["params"]
              ]
              unknown = [name for name in members if name not in held]
              if unknown:
                  raise ValueError(
                      f"{path} knows nothing of {unknown}, only of {sorted(held)}"
                  )
              origin = held[members[0]][0]
              if any(held[name][0] is not origin for name in members):
                  raise ValueError(
                      f"group {number} mixes groups of {path}: see its param_names"
                  )
              first = len(state)
              for name, parameter in zip(members, group["params"]):
                  own = held[name][1]
                  if parameter.element_size() < 4 and own.keys() & {"exp_avg", "grad_avg"}:
                      # torch.optim calls lerp_ on these, which takes no gradient of another type
                      raise ValueError(
                          f"torch.optim.{saved['class']} can't step {parameter.dtype} beside moments"
                          " that keep float32: leave the model in float32, under torch.autocast"
                      )
                  for key, tensor in own.items():
                      if tensor.dim() > 0 and not _fits(
                          key, tensor.shape, parameter.shape, origin
                      ):
                          found, expected = tuple(tensor.shape), tuple(parameter.shape)
                          raise ValueError(
                              f"{name}: {key} is {found}, the parameter {expected}"
                          )
                  state[len(state)] = own
              indices = list(range(first, len(state)))
              groups.append({**origin, "params": indices, "param_names": members})
              loaded.update(members)
          rest = sorted(held.keys() - loaded)
          if rest and strict:
              raise ValueError(f"{path} has {rest} too; strict=False leaves them out")
          state = {index: own for index, own in state.items() if own}
          optimizer.load_state_dict({"state": state, "param_groups": groups})
          stepped = [p for group in optimizer.param_groups for p in group["params"]]
          for index, own in state.items():  # load_state_dict has cast to the parameter's type
              parameter = stepped[index]
              if parameter.element_size() < 4:
                  kept = {
                      k: t.to(parameter.device, copy=True)
                      for k, t in own.items()
                      if k != "step"
                  }
                  optimizer.state[parameter].update(kept)
      """;

  static final String GROUPS =
      """


      def parameter_groups(model, path=None):
          \"""The parameters in the groups that TensorFlow steps apart, each with its settings.\"""
          named = dict(model.named_parameters())
          saved = torch.load(path or OPTIMIZER, weights_only=True, mmap=True)
          groups = saved["param_groups"]
          for group in groups:
              group["params"] = [named[name] for name in group.pop("param_names")]
          return groups
      """;

  private LoadOptimizer() {}
}
