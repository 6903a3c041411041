package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.verify.report.VariableAccount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The account of the source's variables that a conversion left in {@code conversion.json}. */
final class AccountFile {
  private AccountFile() {}

  static VariableAccount read(Path conversionJson) throws IOException {
    JsonNode conversion = new ObjectMapper().readTree(conversionJson.toFile());
    Map<String, List<String>> made = new LinkedHashMap<>();
    for (JsonNode tensor : conversion.path("tensors")) {
      for (JsonNode source : tensor.path("sources")) {
        made.computeIfAbsent(source.asText(), s -> new ArrayList<>())
            .add(tensor.path("name").asText());
      }
    }
    List<VariableAccount.Line> used = new ArrayList<>();
    made.forEach((name, tensors) -> used.add(line(name, String.join(", ", tensors))));
    for (JsonNode state : conversion.path("optimizer").path("state")) {
      used.add(line(state.path("recipe").asText(), "optimizer.pt: " + state.path("path").asText()));
    }
    List<VariableAccount.Line> dropped = new ArrayList<>();
    for (JsonNode node : conversion.path("dropped")) {
      dropped.add(line(node.path("name").asText(), node.path("reason").asText()));
    }
    List<String> assumed = new ArrayList<>(strings(conversion.path("assumed")));
    assumed.addAll(strings(conversion.path("optimizer").path("assumed")));
    List<String> lossy = new ArrayList<>(strings(conversion.path("lossy")));
    lossy.addAll(strings(conversion.path("optimizer").path("lossy")));
    return new VariableAccount(used, dropped, strings(conversion.path("unknown")), assumed, lossy);
  }

  /** The account of a match that has been made just now. */
  static VariableAccount of(Translation translation) {
    Map<String, List<String>> made = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : translation.model().tensors()) {
      for (String source : tensor.recipe().variables()) {
        made.computeIfAbsent(source, s -> new ArrayList<>()).add(tensor.name());
      }
    }
    List<VariableAccount.Line> used = new ArrayList<>();
    made.forEach((name, tensors) -> used.add(line(name, String.join(", ", tensors))));
    Account account = translation.account();
    return new VariableAccount(
        used,
        account.dropped().stream().map(d -> line(d.name(), d.reason())).toList(),
        account.unknown(),
        account.assumed(),
        account.lossy());
  }

  private static VariableAccount.Line line(String name, String note) {
    return new VariableAccount.Line(name, note);
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(s -> strings.add(s.asText()));
    return strings;
  }
}
