// The closed form cannot borrow from the framework that it is there to check: its target does not see include/nabla.
#include <bp/bp.hpp>

#if __has_include(<nabla/nabla.hpp>)
#error "bp must not see include/nabla"
#endif
