package org.dmsim.scenarios.site;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.contexts.Context;
import org.dmsim.scenarios.contexts.ContextTable;
import org.dmsim.scenarios.contexts.Operation;
import org.dmsim.version.KernelVersion;

/** The table of contexts: each cell is run, and a click on it shows what the kernel said. */
final class ContextsPage {

  private static final List<PreemptionModel> MODELS =
      List.of(PreemptionModel.FULL, PreemptionModel.NONE);

  private final List<Context> contexts;
  private final List<Operation> operations;
  private final Map<String, String> meanings = new LinkedHashMap<>();
  private int complaints;

  ContextsPage(List<Context> contexts, List<Operation> operations) {
    this.contexts = contexts;
    this.operations = operations;
  }

  /** The cells, as a script that sets them. */
  String data() {
    JsonObject all = new JsonObject();
    all.add("contexts", names(contexts));
    all.add("operations", names(operations));
    Map<String, Integer> texts = new LinkedHashMap<>();
    JsonObject models = new JsonObject();
    for (PreemptionModel model : MODELS) {
      JsonArray cells = new JsonArray();
      ContextTable table = new ContextTable(contexts, operations, KernelVersion.newest(), model);
      for (ContextTable.Marked m : table.marks(true)) {
        JsonArray cell = new JsonArray();
        cell.add(m.mark());
        meanings.putIfAbsent(m.mark(), m.meaning());
        complaints += m.reports().isEmpty() ? 0 : 1;
        m.reports().forEach(r -> cell.add(texts.computeIfAbsent(r.text(), t -> texts.size())));
        cells.add(cell);
      }
      models.add(model.toString(), cells);
    }
    all.add("models", models);
    JsonObject legend = new JsonObject();
    meanings.forEach(legend::addProperty);
    all.add("meanings", legend);
    JsonArray said = new JsonArray();
    texts.keySet().forEach(said::add);
    all.add("texts", said);
    return "window.CELLS = " + new Gson().toJson(all) + ";\n";
  }

  private static JsonArray names(List<? extends Enum<?>> values) {
    JsonArray names = new JsonArray();
    values.forEach(v -> names.add(v.toString()));
    return names;
  }

  /** The page; after {@link #data}. */
  String body() {
    return Html.resource("/site/contexts.html")
        .replace("@KERNEL@", KernelVersion.newest().toString())
        .replace("@CELLS@", Integer.toString(contexts.size() * operations.size() * MODELS.size()))
        .replace("@COMPLAINTS@", Integer.toString(complaints));
  }
}
