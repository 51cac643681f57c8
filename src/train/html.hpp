// Text in HTML and SVG.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nabla::train {

/// The text as content, or as an attribute in quotation marks. What is not UTF-8, and control characters but line
/// breaks and tabs, become U+FFFD.
std::string escaped(std::string_view text);

/// Rows of text below heads; the first cell of a row is its head. A column is aligned left where its head begins with
/// '<', as in nabla::table(). It can be scrolled sideways where the page is narrow, with the keyboard too.
std::string html_table(std::string_view caption, const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows);
/// Any content that may be too wide for the page. `label` names it for those who cannot see it.
std::string scrollable(std::string_view label, std::string_view html);

}  // namespace nabla::train
