package io.github.tf2torch.verify.report;

import java.util.List;

/** What became of every variable of the source, as a table to sort and to filter. */
final class AccountTable {
  private final StringBuilder rows = new StringBuilder();

  private AccountTable() {}

  static String of(VariableAccount account) {
    AccountTable table = new AccountTable();
    table.plain("unknown", account.unknown(), Verdict.DIFFER);
    table.plain("assumed", account.assumed(), Verdict.NOT_CHECKED);
    table.plain("lossy", account.lossy(), Verdict.NOT_CHECKED);
    table.named("dropped", account.dropped());
    table.named("used", account.used());
    String counts =
        "%d used, %d dropped, %d unknown, %d assumed, %d lossy."
            .formatted(
                account.used().size(),
                account.dropped().size(),
                account.unknown().size(),
                account.assumed().size(),
                account.lossy().size());
    if (table.rows.isEmpty()) {
      return "<p class=\"soft\">" + counts + "</p>\n";
    }
    return "<p class=\"soft\">"
        + counts
        + """
         Used: the tensors that are made of it. Lossy: no way back to the bits of the source.</p>
        <details%s><summary>Every line</summary>
        <table data-name="variables"><thead><tr><th scope="col">variable</th>\
        <th scope="col">account</th><th scope="col">what became of it</th></tr></thead>
        <tbody>
        """
            .formatted(account.unknown().isEmpty() ? "" : " open")
        + table.rows
        + "</tbody></table>\n</details>\n";
  }

  private void plain(String kind, List<String> lines, Verdict colour) {
    for (String line : lines) {
      rows.append("<tr data-kind=\"").append(kind).append("\"><th scope=\"row\">");
      rows.append(Markup.escape(line)).append("</th><td><span class=\"badge ");
      rows.append(Markup.style(colour)).append("\">").append(kind);
      rows.append("</span></td><td></td></tr>\n");
    }
  }

  private void named(String kind, List<VariableAccount.Line> lines) {
    for (VariableAccount.Line line : lines) {
      rows.append("<tr data-kind=\"").append(kind).append("\"><th scope=\"row\"><code>");
      rows.append(Markup.escape(line.name())).append("</code></th><td>").append(kind);
      rows.append("</td><td>").append(Markup.escape(line.note())).append("</td></tr>\n");
    }
  }
}
