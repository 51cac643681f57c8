#include <doctest/doctest.h>

#include <nabla/check_op.hpp>
#include <nabla/registry.hpp>

using namespace nabla;

TEST_CASE("Every registered operation passes the conformance suite") {
  int checked = 0;
  for (const OpTable* table : registry()) {
    const OpReport report = check_op(*table);
    CAPTURE(table->info.name);
    CHECK_MESSAGE(report.passed(), to_string(report));
    CHECK(table->samples().size() >= 1);
    CHECK(table->bad_calls().size() >= 3);
    ++checked;
  }
  MESSAGE(checked << " operations checked");
  CHECK(checked >= 50);
}
