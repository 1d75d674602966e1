// The qbXML language as data: every message of 1.0 to 16.0, what stands inside it, in which order.
//
// The facts are the tables (*.tsv) beside this file; `compile.cpp` turns them into constant arrays
// at build time. Everything here is a read of those arrays: nothing is allocated, nothing is set up
// at start, nothing fails, and any thread may ask.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "qbxml/version.h"

namespace qbxml::grammar {

// A piece of the text that all tables share.
struct Word {
    std::uint32_t at : 20;
    std::uint32_t size : 12;
    std::string_view text() const;
};

inline constexpr std::uint16_t none = 0xFFFF;  // "no index" and "no limit" in the tables

// The country editions that have something, one bit each. `oe` is the Online Edition that once
// spoke qbXML: what only it had is in the language, but no desktop takes it.
struct Editions {
    enum : std::uint8_t { us = 1, ca = 2, uk = 4, au = 8, oe = 16, all = 31, desktop = 15 };
    std::uint8_t bits = all;

    bool has(Edition edition) const;  // `any`: true when at least one edition has it
    bool in_all_desktops() const { return (bits & desktop) == desktop; }
    std::string names() const;  // "US, CA"; "" when only the Online Edition had it
    bool operator==(const Editions&) const = default;
};

// How the text of a simple element must look.
enum class Form : std::uint8_t {
    text,
    flag,
    date,
    datetime,
    duration,
    decimal,
    number,
    integer,
    guid
};
enum class Empty : std::uint8_t { no, yes, blank };  // blank: white space counts as empty

struct Type {
    Word name_;      // "AMTTYPE"
    Word expected_;  // what is right, for people
    Form form;
    Empty empty;
    std::uint8_t whole_digits;  // of form decimal
    std::uint8_t places_least, places_most;
    std::uint16_t chars;  // most characters, or none

    std::string_view name() const { return name_.text(); }
    std::string_view expected() const { return expected_.text(); }
};

struct EnumValue {
    Word text_;
    std::uint8_t since_;
    std::string_view text() const { return text_.text(); }
    Version since() const;
};

struct Enumeration {
    Word name_;
    std::uint16_t first, count;
    std::string_view name() const { return name_.text(); }
    std::span<const EnumValue> values() const;
    const EnumValue* find(std::string_view value) const;  // case counts
};

struct Range {
    double low, high;  // infinite where there is no bound
    Word text_;        // "1..31"
    std::string_view text() const { return text_.text(); }
};

// The most characters an element takes; it differs by edition in places.
struct Chars {
    std::uint16_t any, us, ca, uk, au;  // `any` is the limit of the published schema
    std::uint16_t in(Edition) const;    // none when there is no limit
    bool same_everywhere() const { return any == us && us == ca && ca == uk && uk == au; }
};

struct Owner;

// One step of what may stand inside an owner: an element, or a choice or sequence around some.
struct Particle {
    enum class Kind : std::uint8_t { element, choice, sequence };
    enum Flag : std::uint8_t {
        always = 1,    // responses have it whenever no IncludeRetElement left it out
        macro = 2,     // takes the attribute useMacro
        excepted = 4,  // some full path has a fact of its own: see `facts_at`
    };

    Word name_;
    Word fallback_;
    std::uint16_t content_;  // owner of what stands inside, or none
    std::uint16_t values_;
    std::uint16_t chars_;
    std::uint16_t end_;     // past this particle and those inside it, as index within the owner
    std::uint16_t parent_;  // index of the choice or sequence around it, or none
    std::uint16_t most_;
    std::uint8_t least_;
    Kind kind;
    std::uint8_t type_;
    std::uint8_t range_;
    std::uint8_t since_;  // includes that of the choices around it
    std::uint8_t flags;
    Editions editions;

    std::string_view name() const { return name_.text(); }
    int least() const { return least_; }
    int most() const { return most_ == none ? std::numeric_limits<int>::max() : most_; }
    bool repeats() const { return most_ > 1; }
    const Owner* content() const;       // null for a simple element
    const Type* type() const;           // null for an element with content
    const Enumeration* values() const;  // null when any text of the type will do
    const Range* range() const;         // null when there is none
    const Chars* chars() const;         // null when there is none
    std::string_view fallback() const { return fallback_.text(); }  // the value assumed when absent
    Version since() const;  // relative to the element around it
};

struct Attribute {
    Word name_;
    Word fallback_;
    std::uint16_t values_;
    std::uint16_t chars;  // most characters, or none
    std::uint8_t type_;
    bool required;
    std::uint8_t since_;

    std::string_view name() const { return name_.text(); }
    std::string_view fallback() const { return fallback_.text(); }
    const Type& type() const;
    const Enumeration* values() const;
    Version since() const;
};

// What stands inside an element: that of a message, of an envelope, or of any element with content.
// Elements of one name have one content wherever they stand.
struct Owner {
    Word name_;
    std::uint32_t first;
    std::uint16_t count;
    std::uint16_t first_attribute;
    std::uint16_t attribute_count;

    std::string_view name() const { return name_.text(); }
    std::span<const Particle> particles() const;  // in the order QuickBooks demands, preorder
    std::span<const Attribute> attributes() const;
    const Particle* find(std::string_view element) const;
    const Attribute* find_attribute(std::string_view attribute) const;
    // The choice that lets an element repeat and mix with others (invoice lines and line groups);
    // null when there is none. An owner has one such choice at most.
    const Particle* mixing_choice(const Particle& element) const;
    // Where an element stands among the others: elements of a mixing choice share one place.
    std::size_t place_of(const Particle& element) const;
};

enum class MessageSetKind : std::uint8_t { signon, company, subscription };

struct Message {
    Word name_;
    std::uint16_t content_;
    std::uint16_t twin_;  // index of the response of a request and the other way round
    MessageSetKind set;
    bool request;   // ...Rq
    bool iterates;  // takes the iterator attributes
    bool counts;    // takes metaData
    bool changes;   // changes the books or the user's screen; false for queries
    std::uint8_t since_;
    Editions editions;

    std::string_view name() const { return name_.text(); }
    std::string_view noun_and_verb() const;  // "InvoiceAdd"
    const Owner& content() const;
    const Message& twin() const;
    Version since() const;
};

// All messages, requests and responses, sorted by name. 484 of them.
std::span<const Message> messages();
const Message* message(std::string_view name);  // "InvoiceAddRq"; null when there is none
// The content of an element of that name, wherever it stands; null when there is none.
const Owner* owner(std::string_view name);
std::span<const Owner> owners();
std::span<const Enumeration> enumerations();
std::span<const Type> types();
const Type* type(std::string_view name);

// Versions known, oldest first, and the QuickBooks that speak them.
struct KnownVersion {
    std::uint8_t major, minor;
    Word spoken_by_;
    Version version() const { return {major, minor}; }
    std::string_view spoken_by() const { return spoken_by_.text(); }
};
std::span<const KnownVersion> versions();

// The facts of a particle at one full path ("InvoiceAddRq/InvoiceAdd/CustomerRef/FullName"): where
// the place has facts of its own they replace those of the particle.
struct Facts {
    Editions editions;
    const Chars* chars = nullptr;
};
Facts facts_at(std::string_view path, const Particle&);

std::size_t table_bytes();  // what the whole language takes in memory

}  // namespace qbxml::grammar
