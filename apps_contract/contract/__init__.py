"""The contract as typed data: editions, operations, requirements, schemas, and validation against them."""

from apps_contract.contract.editions import DEFAULT_EDITION, EDITIONS, Edition
from apps_contract.contract.forms import CredentialForm, channels, credential_forms
from apps_contract.contract.levels import Level
from apps_contract.contract.library import unknown_name_message
from apps_contract.contract.operations import OPERATIONS, Operation, UnknownOperationError, operation
from apps_contract.contract.read_only import UNDOCUMENTED_MEMBERS, read_only_members
from apps_contract.contract.requirements import (
    Clause,
    Requirement,
    Side,
    UnknownRequirementError,
    requirement,
    requirements,
    select,
)
from apps_contract.contract.schemas import UnknownSchemaError, is_schema, schema, schema_file, schema_names
from apps_contract.contract.validation import is_valid, validate
from apps_contract.contract.violations import Location, Violation, path_text

__all__ = [
    "DEFAULT_EDITION",
    "EDITIONS",
    "OPERATIONS",
    "UNDOCUMENTED_MEMBERS",
    "Clause",
    "CredentialForm",
    "Edition",
    "Level",
    "Location",
    "Operation",
    "Requirement",
    "Side",
    "UnknownOperationError",
    "UnknownRequirementError",
    "UnknownSchemaError",
    "Violation",
    "channels",
    "credential_forms",
    "is_schema",
    "is_valid",
    "operation",
    "path_text",
    "read_only_members",
    "requirement",
    "requirements",
    "schema",
    "schema_file",
    "schema_names",
    "select",
    "unknown_name_message",
    "validate",
]
