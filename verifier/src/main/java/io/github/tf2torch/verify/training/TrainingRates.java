package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.verify.judge.RateJudgement;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.step.SourceRates;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The learning rates of both sides where a source has a schedule. Where they are the same but for
 * TensorFlow's float32, both step by PyTorch's, so that nothing else hides behind that rounding.
 *
 * @param row of the schedules; empty where neither has one
 * @param tensorflow of each step; empty where the rate stays
 * @param torch the same
 */
record TrainingRates(Optional<TensorResult> row, List<Double> tensorflow, List<Double> torch) {
  private static final int AHEAD = 200;

  /** Where the rate stays. */
  static final TrainingRates NONE = new TrainingRates(Optional.empty(), List.of(), List.of());

  TrainingRates {
    tensorflow = List.copyOf(tensorflow);
    torch = List.copyOf(torch);
  }

  /**
   * @param told the optimizer of {@code conversion.json}
   */
  static TrainingRates of(OwnOptimizer own, JsonNode told) {
    Optional<ConvertedRates> converted = ConvertedRates.of(told);
    Optional<SourceRates> source = own.rates();
    if (source.isEmpty() && converted.isEmpty()) {
      return NONE;
    }
    if (source.isEmpty()) {
      return new TrainingRates(
          Optional.of(row(Verdict.DIFFER, "conversion.json has a scheduler, the source has none")),
          List.of(),
          converted.get().next(AHEAD));
    }
    List<Double> tensorflow = IntStream.range(0, AHEAD).mapToObj(i -> source.get().at(i)).toList();
    if (converted.isEmpty()) {
      boolean isSaid = own.optimizer().loop().schedule().isEmpty();
      return new TrainingRates(
          Optional.of(
              isSaid
                  ? row(Verdict.NOT_CHECKED, "left to the user: conversion.json says so (assumed)")
                  : row(Verdict.DIFFER, "the source has a schedule, conversion.json no scheduler")),
          isSaid ? List.of() : tensorflow,
          List.of());
    }
    List<Double> torch = converted.get().next(AHEAD);
    TensorResult row = RateJudgement.of(converted.get().className(), tensorflow, torch);
    return new TrainingRates(
        Optional.of(row), row.verdict() == Verdict.MATCH ? torch : tensorflow, torch);
  }

  private static TensorResult row(Verdict verdict, String reason) {
    return new TensorResult(
        RateJudgement.NAME, "", verdict, Double.NaN, Double.NaN, Double.NaN, reason);
  }
}
