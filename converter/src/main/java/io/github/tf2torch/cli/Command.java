package io.github.tf2torch.cli;

import java.util.concurrent.Callable;

/** A sub-command that another module adds; found by {@link java.util.ServiceLoader}. */
public interface Command extends Callable<Integer> {}
