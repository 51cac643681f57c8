// A training as a picture. gnuplot draws it.
#pragma once

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nabla/train/history.hpp>
#include <string>
#include <string_view>

/// Draws the losses of training and validation over the epochs, as SVG, and says where; or that there is no gnuplot.
/// Returns false when gnuplot failed; it has said why.
inline bool draw_losses(const nabla::train::History& history, std::string_view title,
                        const std::filesystem::path& file) {
  if (std::system("command -v gnuplot > /dev/null") != 0) {
    fmt::print("no loss curve: there is no gnuplot; install the Debian package gnuplot-nox\n");
    return true;
  }
  // Should gnuplot stop early, cat reads the rest: a program that writes into a closed pipe is ended.
  std::FILE* gnuplot = popen("gnuplot || ! cat > /dev/null", "w");
  if (!gnuplot) return false;

  // Within apostrophes, gnuplot takes a doubled one for one.
  const auto quoted = [](std::string_view text) {
    std::string result = "'";
    for (char c : text) result += c == '\'' ? "''" : std::string(1, c);
    return result + "'";
  };
  fmt::print(gnuplot, "set terminal svg size 720, 440 font 'sans-serif, 14' background 'white' noenhanced\n");
  fmt::print(gnuplot, "set output {}\nset title {}\n", quoted(file.string()), quoted(title));
  fmt::print(gnuplot, R"(
    set xlabel 'epoch'
    set ylabel 'mean loss'
    set xrange [0.5 : {}]
    set yrange [0 : *]
    set format y '%.2f'
    set border 3 linecolor '#666666'
    set tics nomirror out
    set grid ytics linetype 1 linecolor '#dddddd'
    set style data linespoints
    plot '-' title 'training' pointtype 7 pointsize 0.4 linewidth 2 linecolor '#1f77b4', \
         '-' title 'test'     pointtype 7 pointsize 0.4 linewidth 2 linecolor '#d95f02'
)",
             static_cast<double>(history.epochs.size()) + 0.5);
  for (const bool of_test : {false, true}) {
    for (const nabla::train::Epoch& epoch : history.epochs)
      fmt::print(gnuplot, "{} {}\n", epoch.number, of_test ? epoch.validation_loss.value() : epoch.loss);
    fmt::print(gnuplot, "e\n");
  }
  if (pclose(gnuplot) != 0) return false;
  fmt::print("loss curve: {}\n", file.string());
  return true;
}
