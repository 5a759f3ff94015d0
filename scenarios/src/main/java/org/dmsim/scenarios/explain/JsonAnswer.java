package org.dmsim.scenarios.explain;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Log;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;

/**
 * An explanation as one JSON object. A field that the log does not show is left out, and so are
 * functions and locks that are not in it.
 */
public final class JsonAnswer {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private JsonAnswer() {}

  /** The object, over several lines. */
  public static String of(Explanation e) {
    JsonObject all = new JsonObject();
    all.addProperty("lines", e.lines());
    if (!e.entries().isEmpty()) {
      all.addProperty("begin_with", e.main());
    }
    JsonArray reports = new JsonArray();
    for (int i = 0; i < e.entries().size(); i++) {
      reports.add(report(e.entries().get(i)));
    }
    all.add("reports", reports);
    JsonArray unread = new JsonArray();
    for (Log.Unread u : e.unread()) {
      JsonObject o = new JsonObject();
      o.addProperty("line", u.line());
      o.addProperty("last", u.last());
      o.addProperty("headline", u.headline());
      unread.add(o);
    }
    all.add("not_explained", unread);
    if (e.unreadCount() > e.unread().size()) {
      all.addProperty("not_explained_count", e.unreadCount());
    }
    if (e.dropped() > 0) {
      all.addProperty("reports_left_out", e.dropped());
    }
    return GSON.toJson(all);
  }

  private static JsonObject report(Log.Entry entry) {
    Finding f = entry.finding();
    Report r = f.report();
    JsonObject o = new JsonObject();
    o.addProperty("kind", r.kind().word());
    o.addProperty("line", r.line());
    o.addProperty("last", r.last());
    text(o, "headline", r.headline());
    o.addProperty("summary", Sentence.of(f));
    if (r.mixed()) {
      o.addProperty("mixed", true);
    }
    text(o, "task", f.task());
    text(o, "kernel", r.mixed() ? "" : r.kernel());
    if (r.tainted() != null) {
      o.addProperty("tainted", r.tainted());
    }
    if (f.reason() != null) {
      o.addProperty("reason", f.reason().word());
      text(o, "reason_shown_by", f.why());
    }
    text(o, "offender", f.offender());
    if (f.caller() != null) {
      o.addProperty("caller", f.caller().symbol());
    }
    text(o, "holder", f.opener());
    if (f.locks() != null) {
      o.add("locks", names(f.locks()));
    }
    lock(o, "wants", f.wants());
    lock(o, "holds", f.holds());
    if (f.sameInstance() != null) {
      o.addProperty("same_instance", f.sameInstance());
    }
    text(o, "waits_for", f.waitsFor());
    text(o, "held_by", f.heldBy());
    text(o, "freed_by", f.freedBy());
    text(o, "allocated_by", f.allocatedBy());
    if (entry.causes() != null) {
      o.addProperty("consequence_of", entry.causes());
      o.addProperty("consequence_shown_by", entry.causeWhy());
    }
    if (entry.sameAs() != null) {
      o.addProperty("same_as", entry.sameAs());
    }
    if (entry.count() > 1) {
      o.addProperty("count", entry.count());
    }
    if (f.bug() != null && !f.bug().commit().isEmpty()) {
      o.addProperty("fix", f.bug().commit());
      o.addProperty("fix_subject", f.bug().subject());
      text(o, "fixed_in", f.bug().fixed());
      o.add("fixed_in_stable", strings(f.bug().stable()));
    }
    JsonArray rules = new JsonArray();
    Rules.of(f).forEach(rule -> rules.add(rule.ordinal() + 1));
    o.add("rules", rules);
    o.add("scenarios", strings(Rules.scenarios(f)));
    JsonArray stack = new JsonArray();
    f.stack().forEach(s -> stack.add(s.symbol()));
    o.add("stack", stack);
    return o;
  }

  private static JsonArray names(List<HeldLock> locks) {
    return strings(locks.stream().map(HeldLock::name).toList());
  }

  private static JsonArray strings(List<String> all) {
    JsonArray a = new JsonArray();
    all.forEach(s -> a.add(new JsonPrimitive(s)));
    return a;
  }

  private static void lock(JsonObject o, String key, HeldLock lock) {
    if (lock != null) {
      o.addProperty(key, lock.name());
    }
  }

  private static void text(JsonObject o, String key, String value) {
    if (!value.isEmpty()) {
      o.addProperty(key, value);
    }
  }
}
