package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.TorchModel;

/** A source model as a torch program, and the account of its variables. */
public record Translation(TorchModel model, Account account) {}
