"""Every module that declares tables, so that migrations and tests see the whole metadata."""

from app.accounts import (
    door_models,
    factor_models,
    hosting,
    house_rules,
    identity_models,
    preferences,
    submissions,
    token_models,
)
from app.accounts import models as accounts
from app.catalog import episode_models
from app.catalog import models as catalog
from app.kit import events, gcra
from app.library import log_models, shelf_models
from app.library import models as library
from app.menus import lineage_models, link_models, removal_models
from app.menus import models as menus
from app.ops import failed_jobs, import_models
from app.search import models as search
from app.sources import models as sources

EVERY_MODULE = (
    accounts,
    catalog,
    door_models,
    episode_models,
    events,
    factor_models,
    failed_jobs,
    gcra,
    hosting,
    house_rules,
    identity_models,
    import_models,
    library,
    lineage_models,
    link_models,
    log_models,
    menus,
    preferences,
    removal_models,
    search,
    shelf_models,
    sources,
    submissions,
    token_models,
)
