// Taxes on sales and purchases. In the US a sale has one rate, that of its ItemSalesTaxRef, on all
// lines whose code is taxable, and purchases have none. Elsewhere each line has a code, the code a
// rate for sales and one for purchases, and the amounts of a form may include the tax.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"

namespace qbxml::simulator {

// True outside the US.
bool taxes_by_line(const CompanyFile&);
bool includes_tax(const Node& header);
// The percentage of an ItemSalesTax, or of all in an ItemSalesTaxGroup.
Fine tax_rate_of(const CompanyFile&, const Record& tax_item);
bool is_taxable(const CompanyFile&, const Node& tax_code_ref);

struct LineTax {
    Cents net, tax;
};
// Of a line with its code, rounded to cents for itself. A TaxAmount that was typed counts.
LineTax tax_of_line(const CompanyFile&, const Form&, const Node& header, const Node& line,
                    Cents amount);
// The code that a line of that item takes when none is given, as SalesTaxCodeRef; without a name
// when there is none.
Node offered_tax_code(const CompanyFile&, const Form&, const Node& header, const Record* item);

}  // namespace qbxml::simulator
