/* ---- The loop ----------------------------------------------------------------------------------------------------------- */

static int is_among(const Outcome *outcome, const Outcome *list, int count) {
  for (int i = 0; i < count; i++)
    if (list[i].shows == outcome->shows && list[i].code == outcome->code && outcome->least >= list[i].least && outcome->most <= list[i].most) return 1;
  return 0;
}

static void run(const Trace *trace) {
  char given[64], permitted[512];
  int i;
  begin_scene(trace->thread_count);
  for (i = 0; i < trace->step_count; i++) {
    const Step *step = &trace->steps[i];
    Outcome outcome = take(step);
    int is_seen = is_among(&outcome, &step->seen, 1);
    int is_permitted = is_among(&outcome, step->permitted, step->permitted_count);
    say(given, sizeof given, &outcome);
    if (!is_permitted && (is_seen || step->is_whole)) {
      WSPSEND_OK(0, "%s line %d: %s gives %s; permitted: %s%s%s\n", trace->name, step->line, step->text, given,
                 say_all(permitted, sizeof permitted, step->permitted, step->permitted_count), is_seen ? "; breaks " : "; by ",
                 is_seen ? step->breaks : step->stands);
      break;
    }
    if (!is_seen) {
      WSPSEND_SKIP("%s branches off at line %d: %s gives %s; the rest is skipped\n", trace->name, step->line, step->text, given);
      i = trace->step_count;
    }
  }
  if (i >= trace->step_count) {
    if (trace->rest[0] != 0 && i == trace->step_count) WSPSEND_SKIP("%s goes on: %s\n", trace->name, trace->rest);
    WSPSEND_OK(1, "%s\n", trace->name);
  }
  end_scene();
}

WSPSEND_TEST(wspsend) {
  WSADATA data;
  int count = (int)(sizeof traces / sizeof *traces);
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) abort();
  begin_tests();
  WSPSEND_PLAN(count);
  for (int i = 0; i < count; i++) run(&traces[i]);
  end_tests();
  WSACleanup();
}
