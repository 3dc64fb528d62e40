//! Twenty mistakes in issue 42.
