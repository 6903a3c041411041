package io.github.tf2torch.verify.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of one check: what does not match in sight, all of them to unfold. Each row of the
 * whole table has an address, which plots lead to.
 */
final class TensorTable {
  /** Rows in sight of those that do not match. */
  private static final int SHOWN = 8;

  private final CheckResult check;
  private final StringBuilder page = new StringBuilder();

  private TensorTable(CheckResult check) {
    this.check = check;
  }

  static String of(CheckResult check) {
    TensorTable table = new TensorTable(check);
    table.write();
    return table.page.toString();
  }

  /** The address of a tensor's row, by its place in the check. */
  static String address(CheckResult check, int index) {
    return (check.name() + "-" + index).replaceAll("[^A-Za-z0-9-]", "_");
  }

  /** Whether nothing speaks against them. */
  private boolean isOpen(List<Integer> others) {
    return others.stream().allMatch(i -> check.tensors().get(i).verdict() == Verdict.NOT_CHECKED);
  }

  private void write() {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < check.tensors().size(); i++) {
      if (check.tensors().get(i).verdict() != Verdict.MATCH) {
        others.add(i);
      }
    }
    if (!others.isEmpty()) {
      String caption =
          others.size()
              + " of "
              + Numbers.count(check.tensors().size(), "tensor")
              + (isOpen(others) ? " not checked" : " not matching");
      table(
          others.size() > SHOWN ? caption + ", the first " + SHOWN : caption,
          others.subList(0, Math.min(SHOWN, others.size())),
          false);
    }
    List<Integer> every = new ArrayList<>();
    for (int i = 0; i < check.tensors().size(); i++) {
      every.add(i);
    }
    String many = Numbers.count(every.size(), "tensor");
    page.append("<details><summary>").append(every.size() == 1 ? "The one" : "All");
    page.append(' ').append(many.replaceFirst("^1 ", "")).append("</summary>\n");
    table("", every, true);
    page.append("</details>\n");
  }

  private void table(String caption, List<Integer> rows, boolean isWhole) {
    page.append("<table class=\"tensors\"");
    page.append(isWhole ? " data-name=\"" + Markup.escape(check.name()) + "\">" : ">");
    page.append(caption.isEmpty() ? "" : "<caption>" + caption + "</caption>");
    page.append(
        """
        <thead><tr><th scope="col">tensor, and TensorFlow's name</th><th scope="col">verdict</th>\
        <th scope="col" class="n">float32</th><th scope="col" class="n">float64</th>\
        <th scope="col" class="n noise" title="PyTorch's rounding error in units of TensorFlow's; \
        at most 4">rounding</th></tr></thead>
        <tbody>
        """);
    rows.forEach(i -> row(i, isWhole));
    page.append("</tbody></table>\n");
  }

  private void row(int index, boolean isWhole) {
    TensorResult tensor = check.tensors().get(index);
    page.append("<tr");
    if (isWhole) {
      page.append(" id=\"").append(address(check, index)).append("\" data-kind=\"");
      page.append(tensor.verdict().text()).append('"');
    }
    page.append("><th scope=\"row\">");
    String name = "<code>" + Markup.escape(tensor.name()) + "</code>";
    page.append(isWhole ? name : "<a href=\"#" + address(check, index) + "\">" + name + "</a>");
    if (!tensor.source().isEmpty() && !tensor.source().equals(tensor.name())) {
      page.append("<code class=\"under\">").append(Markup.escape(tensor.source()));
      page.append("</code>");
    }
    if (!tensor.reason().isEmpty()) {
      page.append("<span class=\"why ").append(Markup.style(tensor.verdict())).append("\">");
      page.append(Markup.escape(Numbers.inText(tensor.reason()))).append("</span>");
    }
    page.append("</th><td>").append(Markup.badge(tensor.verdict())).append("</td>");
    number("n", tensor.error(), Numbers.text(tensor.error()));
    number("n", tensor.error64(), Numbers.text(tensor.error64()));
    number("n noise", tensor.noise(), Numbers.ratio(tensor.noise()));
    page.append("</tr>\n");
  }

  private void number(String style, double value, String text) {
    page.append("<td class=\"").append(style).append("\" data-v=\"");
    page.append(Numbers.sortable(value)).append("\">").append(text).append("</td>");
  }
}
