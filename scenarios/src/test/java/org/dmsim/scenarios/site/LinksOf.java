package org.dmsim.scenarios.site;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for links of a site that lead nowhere. */
public final class LinksOf {

  private static final Pattern LINK = Pattern.compile("\\s(?:href|src)=\"([^\"]*)\"");

  private LinksOf() {}

  /** Every link that leads to no file or to no place in one, with the page that has it. */
  public static List<String> broken(Map<String, String> files) {
    List<String> broken = new ArrayList<>();
    files.forEach(
        (file, text) -> {
          if (file.endsWith(".html")) {
            Matcher m = LINK.matcher(withoutScripts(text));
            while (m.find()) {
              String link = m.group(1).replace("&amp;", "&");
              if (!isGood(file, link, files)) {
                broken.add(file + " -> " + link);
              }
            }
          }
        });
    return broken;
  }

  private static String withoutScripts(String text) {
    return text.replaceAll("(?s)(<script[^>]*>).*?</script>", "$1</script>");
  }

  private static boolean isGood(String file, String link, Map<String, String> files) {
    if (link.startsWith("data:") || link.startsWith("https://")) {
      return true;
    }
    URI to = URI.create("/" + file).resolve(link);
    String page = link.startsWith("#") ? file : to.getPath().substring(1);
    String text = files.get(page);
    String place = to.getFragment();
    return text != null
        && (place == null || place.equals("only") || text.contains("id=\"" + place + "\""));
  }
}
