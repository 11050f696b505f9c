//! rialto lib
