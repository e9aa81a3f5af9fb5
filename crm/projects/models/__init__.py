"""Projects as leads with their parties, needs and tender packages, and registrations of clients as suppliers."""

from .projects import LeadChange, Need, Project, ProjectParty, ProjectSector
from .structure import PackageNeed, SupplierRegistration, TenderPackage
