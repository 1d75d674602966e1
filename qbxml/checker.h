// The rules of the language applied to one tree: finds every fault of it.
#pragma once

#include <string>
#include <vector>

#include "qbxml/grammar/grammar.h"
#include "qbxml/request.h"

namespace qbxml {

struct CheckOptions {
    Version version = newest_version;
    Edition edition = Edition::any;
    // The document goes out as it stands: elements out of order are faults. Otherwise the tree will
    // be put in order when it is written, and what only requests must obey is asked as well.
    bool as_it_stands = false;
};

struct FoundFault {
    Fault fault;
    const Node* at = nullptr;  // the element, or the one that lacks something
};

class Checker {
public:
    static constexpr std::size_t faults_max = 1000;

    explicit Checker(const CheckOptions& options) : options_(options) {}

    // A message or an envelope with everything inside. `pointer` and `path` are those of `node`.
    void check(const Node& node, const grammar::Owner& content, const std::string& path,
               const std::string& pointer);
    // The same for a message, whose own version and edition are looked at too.
    void check_message(const Node& node, const grammar::Message& message,
                       const std::string& pointer);
    // What is beyond `faults_max` is not kept: nobody reads it, and a hostile tree has no end of
    // it.
    void add(Fault fault, const Node& at);
    std::vector<FoundFault> take() { return std::move(found_); }

private:
    bool full() const { return found_.size() >= faults_max; }

    // An element under check and what is known of its place.
    struct Place {
        const Node& node;
        const grammar::Owner* content;      // null for a simple element
        const grammar::Particle* particle;  // null for the outermost
        const std::string& path;
        const std::string& pointer;
        bool told_version = false;  // an element around it is too new already
        bool told_edition = false;
    };
    // The children of an element by the particle they belong to.
    struct Tally {
        const Place& place;
        const std::vector<std::string>& pointers;             // of the children
        const std::vector<std::string_view>& meant;           // by misspelt children
        std::vector<std::vector<std::size_t>> children = {};  // by index of the particle
        bool was_meant(std::string_view name) const;
        bool any(std::size_t particle) const;  // of that particle or those inside it
    };

    void check_inside(const Place&);
    void check_attributes(const Place&);
    void check_attribute(const Place&, const std::string& name, const std::string& value,
                         const grammar::Attribute&);
    void check_iterator(const Place&);
    void check_child(const Place&, const Node& child, const grammar::Particle&,
                     std::string pointer);
    void check_simple(const Place&, const grammar::Particle&, const grammar::Chars*);
    void report_version(const Place&, Version since);
    void report_edition(const Place&, grammar::Editions);
    // Returns the name that was probably meant, "" when none is near.
    std::string_view report_unknown(const Place&, const Node& child, const std::string& pointer);
    void check_order(const Place&, const std::vector<std::string>& pointers);

    void check_counts(const Place&, const std::vector<std::string>& pointers,
                      const std::vector<std::string_view>& meant);
    void count(const Tally&, std::size_t first, std::size_t end);
    void count_element(const Tally&, const grammar::Particle&, std::size_t index);
    void count_choice(const Tally&, const grammar::Particle&, std::size_t index);
    void report_none(const Tally&, const grammar::Particle&, std::size_t index);
    void report_both(const Tally&, const std::vector<std::size_t>& alternatives);
    bool may_be_absent(const Tally&, std::size_t index) const;
    std::vector<std::string_view> first_elements(const Tally&, std::size_t index) const;

    bool exists(const grammar::Particle&, const std::string& path) const;

    CheckOptions options_;
    std::vector<FoundFault> found_;
};

}  // namespace qbxml
