package org.dmsim.scenarios.site;

import java.util.List;
import org.dmsim.scenarios.kernels.PolicyCatalogue;
import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What each kernel does when it looks a table up, and what else differs, by commit. */
final class LookupPage {

  private LookupPage() {}

  static String body() {
    StringBuilder b = new StringBuilder();
    b.append("<p>What a kernel does is chosen by policies, each of which a commit brought or");
    b.append(" ended. A dot: that kernel does so. The first table is the lookup of a device's");
    b.append(" table; the others are all else that dmsim tells kernels apart by.</p>\n");
    for (Part part : Part.values()) {
      List<Policy> of =
          PolicyCatalogue.all().stream().filter(p -> p.fact().part() == part).toList();
      if (!of.isEmpty()) {
        b.append("<h2 id=\"").append(part.name().toLowerCase(java.util.Locale.ROOT));
        b.append("\">").append(Html.text(part.toString())).append("</h2>\n");
        table(b, of);
      }
    }
    return b.toString();
  }

  private static void table(StringBuilder b, List<Policy> policies) {
    List<KernelVersion> releases = KernelVersion.releases();
    b.append("<div class=\"wide\" tabindex=\"0\"><table class=\"dots\"><thead><tr>");
    b.append("<th scope=\"col\">what a kernel does</th>");
    releases.forEach(v -> b.append("<th scope=\"col\">").append(v).append("</th>"));
    b.append("</tr></thead>\n");
    for (Policy p : policies) {
      Fact f = p.fact();
      b.append("<tr><th scope=\"row\"><code>").append(p.id()).append("</code> ");
      b.append(Html.text(f.sentence())).append("<br><span class=\"quiet\">");
      change(b, "since ", f.since());
      change(b, "until ", f.until());
      b.append("</span></th>");
      for (KernelVersion v : releases) {
        boolean in = f.isIn(v);
        b.append("<td>").append(in ? "<span role=\"img\" aria-label=\"yes\">●</span>" : "");
        b.append("</td>");
      }
      b.append("</tr>\n");
    }
    b.append("</table></div>\n");
  }

  private static void change(StringBuilder b, String word, Change c) {
    if (c != null) {
      b.append(word).append(Html.text(c.versions())).append(": ").append(c.commit());
      b.append(" \"").append(Html.text(c.subject())).append("\" ");
    }
  }
}
