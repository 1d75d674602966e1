// A canonical record or patch -> the Add or Mod that says it, with every refusal found on the way.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/draft.h"
#include "qbxml/canonical/table.h"
#include "qbxml/canonical/write.h"

namespace qbxml::canonical {

// Where the fields of one object of the body go: below `at`, whose path from the payload on is
// `prefix` ("InvoiceAdd/InvoiceLineAdd/").
struct Target {
    Draft* at = nullptr;
    std::string prefix;
};

class RecordWriter {
public:
    // `element` is the kind of record written: "Customer", "ItemService".
    RecordWriter(const Write& write, const Context& context, const Type& type,
                 std::string_view element);

    // Fills the payload. What is wrong is in refused() afterwards.
    void write();
    // Says a field of the payload itself again that QuickBooks wants in every update.
    void repeat(const Field& field, const Value& value);

    Draft& payload() { return payload_; }
    std::vector<Refused>& refused() { return refused_; }
    std::vector<Refused>& warnings() { return warnings_; }
    // A custom field of the record, to be written by a request of its own.
    struct CustomField {
        std::string pointer, owner_id, name;
        std::optional<std::string> value;  // nothing: it is removed
        bool exists = false;               // it has a value already
    };
    const std::vector<CustomField>& custom_fields() const { return custom_fields_; }
    // The body looks like a record that was read, with all of its fields.
    bool echoes() const { return echoed_; }
    // And nothing tells what of it was there before.
    bool echoes_alone() const { return echoed_ && !write_.current.is_object(); }
    bool says_anything() const { return payload_.children.size() > key_elements_; }

private:
    using Members = std::span<const Field>;

    // write_fields
    void write_object(Members fields, const Value& object, const Value* current,
                      const std::string& pointer, const Target& target,
                      const std::set<std::string_view>& skipped = {});
    void write_member(const Field& field, const Value& value, const Value* current,
                      const std::string& pointer, const Target& target);
    void write_given(const Field& field, const Value& value, const Value* current,
                     const std::string& pointer, const Target& target);
    void write_scalar(const Field& field, const Value& value, const std::string& pointer,
                      const Target& target, std::string_view way);
    void clear(const Field& field, const std::string& pointer, const Target& target,
               std::string_view way);
    void write_ref(const Value& value, std::string_view prefix, const std::string& pointer,
                   Draft& parent, std::string_view way);
    void write_deposit_line(const Field& field, const Value& line, const std::string& pointer,
                            const Target& inside);
    // An account whose type is known must be of a type that QuickBooks takes there.
    void check_account(std::string_view key, const std::string& pointer, const Draft& parent,
                       std::string_view way);
    void write_ref_list(const Field& field, const Value& value, const std::string& pointer,
                        const Target& target, std::string_view way);
    void write_list(const Field& field, const Value& value, const std::string& pointer,
                    const Target& target);
    void write_text_list(const Field& field, const Value& value, const std::string& pointer,
                         const Target& target, std::string_view way);
    void write_tax_components(const Value& value, const std::string& pointer, const Target& target,
                              std::string_view way);
    void write_custom_fields(const Value& value, const Value* current, const std::string& pointer);
    void write_line_custom_fields(const Value& value, const std::string& pointer,
                                  const Target& target, std::string_view way);
    bool is_read(const Field& field) const;
    bool says_home_rate(const Value& value) const;
    void refuse_without_way(const Field& field, const Value& value, const std::string& pointer);
    void require(Members fields, const Value& object, const std::string& pointer,
                 const Target& target);
    std::vector<std::string_view> ways(const Field& field, const Target& target) const;
    std::string_view chosen_way(const Field& field, const Target& target) const;
    std::optional<std::string> text_of(const Field& field, const Value& value,
                                       const std::string& pointer);
    std::optional<std::string> decimal_of(const Field& field, const Value& value,
                                          const std::string& pointer);
    bool check_text(std::string_view text, const std::string& pointer);
    // True for an array; null is as good as absent, anything else is refused.
    bool is_given_array(const Value& value, const std::string& pointer);
    bool check_object(const Value& value, const std::string& pointer, std::string_view members);
    void choose_item_sides();
    void check_conflicts();

    // write_people
    void write_address(const Value& value, const std::string& pointer, Draft& parent,
                       std::string_view way, bool named);
    void write_addresses(const Field& field, const Value& value, const std::string& pointer,
                         const Target& target);
    void write_phones(const Field& field, const Value& value, const std::string& pointer,
                      const Target& target);
    void write_web_links(const Value& value, const std::string& pointer);
    void write_other_contact_fields(const Value& value, const std::string& pointer);
    void write_additional_contacts();

    // write_lines
    enum class LineKind { item, group, expense, debit, credit };
    void write_lines(const Field& field, const Value& value, const Value* current,
                     const std::string& pointer, const Target& target);
    void write_line(const Field& field, const Value& line, const Value* current,
                    const std::string& pointer, const Target& target);
    std::optional<LineKind> line_kind(const Field& field, const Value& line, const Value* current,
                                      const std::string& pointer);
    std::string line_element(const Field& field, LineKind kind) const;
    void write_line_amount(const Field& field, const Value& line, const Value* current,
                           const std::string& pointer, const Target& target);
    void write_journal_amount(const Field& field, const Value& line, const Value* current,
                              const std::string& pointer, const Target& target);
    void check_balance(const Value& lines, const std::string& pointer);

    const Value& record() const { return write_.record; }
    bool creating() const { return write_.operation == Operation::create; }
    // The member of the record, or else of what it is now; null pointer when neither says it.
    const Value* known(std::string_view name) const;
    void refuse(std::string_view pointer, std::string_view code, std::string message,
                int limit = 0);
    void warn(std::string_view pointer, std::string message);

    const Write& write_;
    const Context& context_;
    const Type& type_;
    std::string element_;
    std::string payload_name_;
    Draft payload_;
    std::size_t key_elements_ = 0;  // of the payload, which say which record
    bool echoed_ = false;           // the body looks like a record that was read
    bool two_sides_ = false;        // an item with prices of its own for selling and buying
    struct AdditionalContact {
        int order = 0;
        std::string name, value, pointer;
    };
    std::vector<AdditionalContact> additional_contacts_;
    std::vector<CustomField> custom_fields_;
    std::vector<Refused> refused_;
    std::vector<Refused> warnings_;
};

std::string pointer_to(const std::string& pointer, std::string_view member);
std::string pointer_to(const std::string& pointer, std::size_t index);
// "a string", "null": what a value is, for people.
std::string_view kind_of(const Value& value);

}  // namespace qbxml::canonical
