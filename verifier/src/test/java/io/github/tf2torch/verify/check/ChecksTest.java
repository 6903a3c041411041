package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.subject.CheckName;
import org.junit.jupiter.api.Test;

class ChecksTest {
  @Test
  void everyNameIsOfACheckInItsOrder() {
    assertThat(Checks.ALL).extracting(Check::name).isEqualTo(CheckName.ALL);
  }

  @Test
  void theTableSaysOfWhatEachIsRun() {
    assertThat(CheckTable.text())
        .contains(
            "SavedModel                run      run      run     run        run       run        run"
                + "      run",
            "checkpoint alone          run      1        1 ",
            "your own model (--torch)  run      run      run     run        2         run        2"
                + "        2\n",
            "a trace (--trace)         run      run      run     run        run       3          3"
                + "        3\n",
            "\n1  not checked: holds weights and not what is computed with them\n");
  }
}
