package io.github.tf2torch.verify.cause;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ReLU6 and ReLU are the same up to six, and inputs from 0 to 1 seldom reach it. */
class OperatorsTest {

  @ParameterizedTest
  @CsvSource({
    "conv relu6, conv relu, true",
    "conv relu, conv relu6, true",
    "conv relu6, conv relu6, false",
    "conv relu6 conv relu, conv relu conv relu, true",
    "conv relu6, conv, false",
  })
  void whatTheInputsDoNotTellApartIsSaid(String tensorflow, String here, boolean isUnseen) {
    assertThat(
            Operators.unseen(List.of(tensorflow.split(" ")), List.of(here.split(" "))).isPresent())
        .isEqualTo(isUnseen);
  }
}
