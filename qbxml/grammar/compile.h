// The language as the build tool holds it between reading the tables and writing the arrays.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace qbxml::grammar::build {

struct TypeFact {
    std::string name = {}, form = {}, expected = {}, empty = {};
    int whole_digits = 0, places_least = 0, places_most = 0;
    std::string chars = {};
};

struct ValueFact {
    std::string text = {};
    int since = 0;
};

struct AttributeFact {
    std::string name = {};
    int type = 0;
    int since = 0;
    bool required = false;
    std::string chars = {}, values = {}, fallback = {};
};

// Most characters for any, US, CA, UK, AU; "" for no limit.
using CharsFact = std::vector<std::string>;

struct ParticleFact {
    std::string kind = "element";  // element, choice, sequence
    std::string name = {};
    bool has_content = false;
    int type = 0;
    int least = 1;
    int most = 1;  // 0 for any number
    CharsFact chars = {};
    std::string range = {}, values = {}, fallback = {};
    int since = 0;
    std::uint8_t editions = 31;
    bool always = false, macro = false, excepted = false;
    std::vector<ParticleFact> inside = {};  // of choices and sequences
};

struct MessageFact {
    std::string name = {}, twin = {}, set = {};
    bool request = false, iterates = false, counts = false, changes = false;
    int since = 0;
    std::uint8_t editions = 31;
};

struct ExceptionFact {
    bool has_editions = false, has_chars = false;
    std::uint8_t editions = 31;
    CharsFact chars = {};
};

struct Language {
    std::vector<std::pair<std::string, std::string>> versions;  // and who speaks them
    std::vector<TypeFact> types;
    std::map<std::string, std::vector<ValueFact>> enumerations;
    std::map<std::string, std::vector<ParticleFact>> owners;  // groups already in their places
    std::map<std::string, std::vector<AttributeFact>> attributes;
    std::map<std::string, MessageFact> messages;
    std::map<std::string, ExceptionFact> exceptions;  // by path
};

// Reads and checks every table of the folder. Throws Refusal.
Language read_language(const std::string& folder);
// The source text of the arrays that tables.h declares.
std::string write_arrays(const Language&);

}  // namespace qbxml::grammar::build
